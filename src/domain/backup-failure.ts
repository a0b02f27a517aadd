/** Why a nightly backup failed, as far as somebody can do something about it; the log of the server says more. */
export const backupFailures = ['noFolder', 'forbidden', 'noSpace', 'damaged', 'tooLong', 'broken'] as const;

export type BackupFailure = (typeof backupFailures)[number];
