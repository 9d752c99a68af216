import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NodeReply } from './node-reply.ts';
import { createRunning } from './running.ts';

test('whoever came and has not left is there, in whatever order they leave', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 60 }), (choices) => {
      const running = createRunning();
      const there: NodeReply[] = [];
      for (const choice of choices) {
        const at = choice % (there.length + 1);
        if (at === there.length) {
          const reply = { place: 0 } as NodeReply;
          there.push(reply);
          running.add(reply);
        } else for (const gone of there.splice(at, 1)) running.remove(gone);
        expect(running.size).toBe(there.length);
        expect(new Set(running.all())).toEqual(new Set(there));
      }
    }),
  );
});
