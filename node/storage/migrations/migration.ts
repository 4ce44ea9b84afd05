/** One step of the schema. Released ones are never edited: a change is a new file. */
export interface Migration {
  /** 1, 2, 3 …: the schema version (user_version) that it makes. */
  readonly version: number
  readonly name: string
  /** SQL, run in one transaction together with the change of the version. */
  readonly up: string
}
