import { isUniqueViolation } from '../../db/faults.ts';
import { AppError } from '../../domain/errors.ts';

/** Does the work; a view of one's own with that name of the same list is refused in words. */
export async function orNameTaken<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error, 'saved_view_name_unique')) throw error;
    const detail = `You have a view ${name} of this list already. Change that one, or choose another name.`;
    throw new AppError('name_taken', detail, [{ pointer: '/name', code: 'name_taken', detail }]);
  }
}
