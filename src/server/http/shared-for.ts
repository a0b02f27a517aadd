/**
 * Answers what `work` answers, asked again only once `ms` have passed, by the clock and as time goes by itself: however
 * many ask, it is worked out so often. Nothing is kept but the last answer.
 */
export function sharedFor<T>(ms: number, clock: () => Date, work: () => Promise<T>): () => Promise<T> {
  let last: { at: number; since: number; answer: Promise<T> } | undefined;
  return () => {
    const [at, since] = [clock().getTime(), performance.now()];
    if (!last || Math.abs(at - last.at) >= ms || since - last.since >= ms) last = { at, since, answer: work() };
    return last.answer;
  };
}
