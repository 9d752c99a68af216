import { totalmem } from 'node:os';

/** Bytes that this process and its children may use: the machine's, or less where a container says so. */
export const machineMemory = (): number => {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
};
