import { useEffect, useRef, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import classes from './scan.module.css';

type Found = { rawValue: string };
type Detector = { detect: (source: HTMLVideoElement) => Promise<Found[]> };
/** Not every browser has it, and none of the type libraries. */
const detectors = globalThis as { BarcodeDetector?: new () => Detector };

/** Whether this browser can look for codes in a picture. */
export function canSee(): boolean {
  return detectors.BarcodeDetector !== undefined && navigator.mediaDevices !== undefined;
}

const lookEvery = 150;

/** The camera's picture; tells of the first code it sees. Nothing of it leaves the device. */
export function Camera({ onCode }: { onCode: (text: string) => void }) {
  const { t } = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const tell = useRef(onCode);
  tell.current = onCode;
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const Seer = detectors.BarcodeDetector;
    if (!Seer) return;
    const watching = new AbortController();
    watch(video.current, new Seer(), watching.signal, (text) => tell.current(text)).catch(() => setRefused(true));
    return () => watching.abort();
  }, []);
  if (refused) return <p className={classes.noCamera}>{t('scan.cameraRefused')}</p>;
  return (
    <div className={classes.camera}>
      <video ref={video} muted playsInline aria-label={t('scan.camera')} />
      <span className={classes.aim} aria-hidden />
      <span className={classes.aimWords}>{t('scan.aim')}</span>
    </div>
  );
}

/** Looks through the camera at the back until a code is seen or nobody wants one any more. */
async function watch(
  video: HTMLVideoElement | null,
  detector: Detector,
  signal: AbortSignal,
  onCode: (text: string) => void,
): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
  };
  if (signal.aborted || !video) return stop();
  signal.addEventListener('abort', stop);
  video.srcObject = stream;
  await video.play();
  while (!signal.aborted) {
    const [code] = await detector.detect(video).catch(() => []);
    if (code && !signal.aborted) {
      stop();
      return onCode(code.rawValue);
    }
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
  }
}
