/** The address book, and notes on transactions. */
import type Database from 'better-sqlite3'
import { NodeError } from '../../core/node-error.ts'
import { damaged } from '../errors.ts'
import { type LabelPlace, type LabelsPut, labelTypes } from '../operations.ts'
import type { LabelRow } from '../types.ts'

type Row = [type: number, ref: Uint8Array, label: string]

export interface LabelQueries {
  all(type: LabelRow['type'] | null): LabelRow[]
  /** @throws NodeError LABEL_COUNT */
  put(put: LabelsPut): void
  /** False where it was not there. */
  remove(place: LabelPlace): boolean
}

export function createLabelQueries(db: Database): LabelQueries {
  const all = db.prepare<[], Row>('SELECT type, ref, label FROM labels ORDER BY type, ref').raw()
  const ofType = db.prepare<[number], Row>('SELECT type, ref, label FROM labels WHERE type = ? ORDER BY ref').raw()
  const upsert = db.prepare<Row>(
    `INSERT INTO labels (type, ref, label) VALUES (?, ?, ?)
     ON CONFLICT (type, ref) DO UPDATE SET label = excluded.label`,
  )
  const remove = db.prepare<[number, Uint8Array]>('DELETE FROM labels WHERE type = ? AND ref = ?')
  const count = db.prepare<[], number>('SELECT count(*) FROM labels').pluck()

  return {
    all: (type) => (type === null ? all.all() : ofType.all(labelTypes.indexOf(type))).map(labelOf),
    put({ rows, maxLabels }) {
      for (const { type, ref, label } of rows) upsert.run(labelTypes.indexOf(type), ref, label)
      // Counted after, since entries that take the place of others add none; the caller's savepoint undoes all of it.
      if ((count.get() ?? 0) > maxLabels) {
        throw new NodeError('LABEL_COUNT', `this node keeps at most ${maxLabels} labels`, {
          hint: 'Nothing was changed. Remove labels that are no longer used first.',
          details: { maxLabels },
        })
      }
    },
    remove: ({ type, ref }) => remove.run(labelTypes.indexOf(type), ref).changes > 0,
  }
}

function labelOf([number, ref, label]: Row): LabelRow {
  const type = labelTypes[number]
  if (type === undefined) throw damaged('a label is of a type that is none')
  return { type, ref, label }
}
