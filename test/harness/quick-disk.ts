import SqliteFile from 'better-sqlite3';

/**
 * No commit of this process waits for the disk, as none of the PostgreSQL of the tests does: what is committed has reached
 * the operating system, which outlives the kill of any process. The product asks for more, which a power cut alone shows.
 */
const { pragma } = SqliteFile.prototype;

SqliteFile.prototype.pragma = function quick(source, ...more) {
  return pragma.call(this, source === 'synchronous = FULL' ? 'synchronous = OFF' : source, ...more);
};
