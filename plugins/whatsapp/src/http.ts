import { media, sendText } from './http/messages.ts';
import { create, destroy, list, qr, stats, status } from './http/sessions.ts';

export default { create, list, stats, status, qr, destroy, media, sendText };
