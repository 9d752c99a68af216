import { describe, expect, it } from 'vitest';
import { openMemoryStore } from '../adapters/memory-store.ts';
import { testVault } from '../testing/roster-things.ts';
import { checkTexts, isSealedText, openText, resealTexts, sealText } from './sealed-text.ts';

const bound = { provider: 'chat', about: 'message/1' };

describe('a sealed text', () => {
  it('opens for its plugin and purpose only', () => {
    const vault = testVault();
    const sealed = sealText(vault, 'hush', bound);
    expect(isSealedText(sealed)).toBe(true);
    expect(openText(vault, sealed, bound)).toBe('hush');
    for (const other of [
      { ...bound, provider: 'other' },
      { ...bound, about: 'message/2' },
    ]) {
      expect(() => openText(vault, sealed, other)).toThrow(expect.objectContaining({ code: 'VAULT_TAMPERED' }));
      const moved = `mst1:${Buffer.from(JSON.stringify([other.provider, other.about])).toString('base64url')}:${sealed.split(':').slice(2).join(':')}`;
      expect(() => openText(vault, moved, other)).toThrow(expect.objectContaining({ code: 'VAULT_TAMPERED' }));
    }
    for (const none of ['', 'hush', 'mst1:', 'mst1:x:y', vault.seal('x', { provider: 'chat', accountId: 'a', field: 'b' })]) {
      expect(() => openText(vault, none, bound)).toThrow(expect.objectContaining({ code: 'VAULT_FORMAT' }));
    }
  });

  it('is sealed anew wherever it stands in a document, and counts as a change of it', async () => {
    const vault = testVault();
    const store = await openMemoryStore({ collections: [{ name: 'records', indexes: {} }] });
    const sealed = sealText(vault, 'hush', bound);
    const document = { id: 'a', data: { deep: [{ token: sealed }, 'plain'] }, revision: 7 };
    await store.commit([
      { insert: 'records', document },
      { insert: 'records', document: { id: 'b', data: 'nothing', revision: 1 } as never },
    ]);
    const collections = [{ name: 'records', revision: 'revision' }];
    expect(await resealTexts({ store, vault }, collections)).toBe(0);
    await vault.rotate();
    expect(await resealTexts({ store, vault }, collections)).toBe(1);
    const after = await store.get<typeof document>('records', 'a');
    expect(after?.revision).toBe(8);
    const [first, second] = after?.data.deep ?? [];
    expect(second).toBe('plain');
    const { token } = first as { token: string };
    expect(token).not.toBe(sealed);
    expect(openText(vault, token, bound)).toBe('hush');
    expect(await store.get('records', 'b')).toMatchObject({ revision: 1 });
    await store.close();
  });

  it('that does not open any more is told of, and harms no other', async () => {
    const vault = testVault();
    const store = await openMemoryStore({ collections: [{ name: 'records', indexes: {} }] });
    const good = sealText(vault, 'hush', bound);
    const [head, place] = good.split(':');
    const bad = `${head}:${place}:mv1:0:${Buffer.from('["x","y"]').toString('base64url')}`;
    await store.commit([{ insert: 'records', document: { id: 'a', data: [bad, good] } as never }]);
    await vault.rotate();
    await expect(resealTexts({ store, vault }, [{ name: 'records' }])).rejects.toMatchObject({ code: 'VAULT_TAMPERED' });
    const after = await store.get<{ id: string; data: string[] }>('records', 'a');
    expect(openText(vault, after?.data[1] ?? '', bound)).toBe('hush');
    expect(after?.data[0]).toBe(bad);
    const checked = await checkTexts({ store, vault }, [{ name: 'records' }]);
    expect(checked.secrets).toBe(2);
    expect(checked.problems).toEqual([expect.stringMatching(/^records "a", data, 0: /)]);
    vault.lock();
    await expect(checkTexts({ store, vault }, [{ name: 'records' }])).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    await store.close();
  });
});
