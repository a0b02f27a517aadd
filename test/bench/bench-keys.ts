import { send, type Target } from './load.ts';

let serial = 0;

/** A believable key; every one another. */
export function newKey() {
  const n = serial++;
  const digits = n.toString(36).toUpperCase().padStart(5, '0');
  const subscription = n % 3 > 0;
  return {
    licenseKey: `KBNCH-${digits}-${(n * 7919).toString(36).toUpperCase().padStart(5, '0').slice(-5)}-QWERT-${digits}`,
    productName: `Product ${n % 40}`,
    keyType: subscription ? 'subscription' : 'permanent',
    ...(subscription && { validityStart: '2026-01-01', validityEnd: `${2090 + (n % 9)}-06-30` }),
    code: `P${n % 40}`,
    serialNumber: `SN-${n}`,
    remarks: `Order ${n % 1000}`,
  };
}

/** Makes so many keys; their ids. */
export async function seed(target: Target, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let done = 0; done < count; done += 1000) {
    const keys = Array.from({ length: Math.min(1000, count - done) }, newKey);
    const { status, text } = await send(target, 'POST', '/keys/batch', { keys });
    if (status !== 201) throw new Error(`seeding failed: ${text.slice(0, 300)}`);
    ids.push(...JSON.parse(text).items.map((item: { id: string }) => item.id));
  }
  return ids;
}
