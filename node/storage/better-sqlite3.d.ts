/** The part of better-sqlite3 (13.x) that the storage uses; the package ships no types of its own. */
declare module 'better-sqlite3' {
  type SqlValue = number | bigint | string | Uint8Array | null

  interface RunResult {
    readonly changes: number
    readonly lastInsertRowid: number | bigint
  }

  interface Statement<P extends readonly SqlValue[], R> {
    run(...parameters: P): RunResult
    get(...parameters: P): R | undefined
    all(...parameters: P): R[]
    iterate(...parameters: P): IterableIterator<R>
    /** Rows become the value of their first column. */
    pluck(): this
    /** Rows become arrays of their columns. */
    raw(): this
  }

  interface DatabaseOptions {
    readonly?: boolean
    fileMustExist?: boolean
    /** Busy timeout in ms. */
    timeout?: number
    /** Path of the native module, where the package's own cannot be loaded. */
    nativeBinding?: string
  }

  class Database {
    constructor(filename: string, options?: DatabaseOptions)
    readonly inTransaction: boolean
    readonly open: boolean
    prepare<P extends readonly SqlValue[], R = unknown>(sql: string): Statement<P, R>
    exec(sql: string): this
    pragma(source: string, options?: { simple?: boolean }): unknown
    close(): this
  }

  export type { DatabaseOptions, RunResult, SqlValue, Statement }
  export default Database
}
