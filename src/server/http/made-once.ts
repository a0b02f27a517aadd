/** Makes something when it is first asked for, and answers the same from then on. What could not be made is tried again. */
export function madeOnce<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return async () => {
    made ??= make();
    const making = made;
    try {
      return await making;
    } catch (error) {
      // Another may have begun anew already.
      if (made === making) made = undefined;
      throw error;
    }
  };
}
