import { Link } from 'react-router';
import classes from './figures.module.css';

export type Figure = { name: string; number: string; to?: string; isWrong?: boolean; beside?: string | undefined };

/** Numbers of one record side by side; each that has rows opens them. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className={classes.figures}>
      {figures.map(({ name, number, to, isWrong, beside }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-wrong={isWrong || undefined}>
            {to ? <Link to={to}>{number}</Link> : number}
            {beside && <small>{beside}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
