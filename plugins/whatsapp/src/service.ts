import { openService } from './campaigns/open-service.ts';

export default openService;
