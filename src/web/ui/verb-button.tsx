import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import classes from './verb-button.module.css';

type Props = ButtonProps & {
  onClick: () => void;
  /** Why it cannot be done now; it can still be focused, and then says so. */
  why?: string | undefined;
  autoFocus?: boolean;
};

/** A verb of a record. Where it cannot be done it says why instead. */
export function VerbButton({ why, onClick, ...props }: Props) {
  if (why === undefined) return <Button variant="default" {...props} onClick={onClick} />;
  const { variant: _, color: __, ...plain } = props;
  return (
    <Tooltip label={why}>
      <Button variant="default" {...plain} className={classes.locked ?? ''} aria-disabled />
    </Tooltip>
  );
}
