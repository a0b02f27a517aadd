import badges from './badges.module.css';
import classes from './person.module.css';

const tints = [badges.created, badges.expired, badges.applied, badges.revoked];

/** A person by name, with a sign that is found again at a glance. */
export function Person({ name }: { name: string }) {
  return (
    <span className={classes.person}>
      <Initials name={name} />
      {name}
    </span>
  );
}

/** The first letters of a name, in a color that stays the same for the same name. */
export function Initials({ name }: { name: string }) {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  const sum = [...name].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return (
    // Drawn, not written: who copies a row copies the name alone.
    <span
      className={`${classes.initials} ${tints[sum % tints.length]}`}
      data-letters={letters.join('').toUpperCase()}
      aria-hidden
    />
  );
}
