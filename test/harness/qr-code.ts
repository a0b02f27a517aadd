import jsqr from 'jsqr';
import type { Locator } from 'playwright-core';

/** What a phone's camera would read from a part of the screen, as it is painted. */
export async function qrCodeIn(part: Locator): Promise<string | undefined> {
  const png = (await part.screenshot()).toString('base64');
  const picture: Picture = await part.page().evaluate(`(${unpacked})('${png}')`);
  const data = Uint8ClampedArray.from(picture.data);
  return jsqr.default(data, picture.width, picture.height, { inversionAttempts: 'dontInvert' })?.data;
}

type Picture = { data: number[]; width: number; height: number };

/** Runs in the browser, which knows PNG. */
const unpacked = `async (png) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes]));
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height).getContext('2d');
  canvas.drawImage(bitmap, 0, 0);
  return { data: [...canvas.getImageData(0, 0, width, height).data], width, height };
}`;
