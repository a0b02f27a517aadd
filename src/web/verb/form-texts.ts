import type { FormEvent } from 'react';

/** The texts of a form's fields by their names; '' for what is not there. */
export type Texts = (name: string) => string;

/** What a form does when it is submitted: it hands its texts on. A form drawn inside another is no part of it. */
export function withTexts(run: (texts: Texts) => unknown): (event: FormEvent<HTMLFormElement>) => void {
  return (event) => {
    event.preventDefault();
    event.stopPropagation();
    const form = new FormData(event.currentTarget);
    void run((name) => String(form.get(name) ?? ''));
  };
}
