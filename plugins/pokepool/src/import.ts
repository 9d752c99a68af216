import { load } from './loader/load.ts';

export default load;
