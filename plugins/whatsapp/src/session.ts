import { openSession } from './session/open-session.ts';

export default openSession;
