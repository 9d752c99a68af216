import { release, update } from './pgpool/report.ts';
import { request } from './pgpool/request.ts';
import { status } from './pgpool/status.ts';

export default { request, update, release, status };
