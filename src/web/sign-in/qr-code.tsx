import { generate } from 'lean-qr';
import { toSvgPath } from 'lean-qr/extras/svg';
import { useWords } from '../words/use-words.ts';
import classes from './qr-code.module.css';

/** Modules that stay white around the symbol, as ISO/IEC 18004 asks. */
const quiet = 4;
/** Bytes the largest symbol holds; who has a longer address types the secret. */
const longest = 2953;

/** The address of a second factor (ASCII) as a QR code: dark on white in each scheme, since few readers take it inverted. */
export function QrCode({ address }: { address: string }) {
  const { t } = useWords();
  if (address.length > longest) return null;
  const symbol = generate(address);
  const side = symbol.size + 2 * quiet;
  return (
    <svg className={classes.symbol} viewBox={`${-quiet} ${-quiet} ${side} ${side}`} role="img">
      <title>{t('settings.factor.picture')}</title>
      <path d={toSvgPath(symbol)} />
    </svg>
  );
}
