/** `qudag label`: the address book and notes on transactions, and files of them that other wallets read (BIP 329). */
import { type Command, Option } from 'commander'
import { contractLimits, type LabelEntry, labelFileText } from '../../api/contract/index.ts'
import { addressArgument } from '../address.ts'
import type { Environment } from '../environment.ts'
import { CliError, failureOf } from '../errors.ts'
import { labelsOf } from '../label-file.ts'
import { printable, table } from '../output.ts'
import { writeNewFile } from '../private-files.ts'
import { readInput } from '../text-input.ts'
import { action, examples, given, text } from './action.ts'

const refDescription = 'an address, or the 64 hex digits of a transaction'

export function addLabelCommands(program: Command, environment: Environment): void {
  const label = program
    .command('label')
    .description('names of addresses and notes on transactions; kept on this machine')

  const list = label
    .command('list')
    .description('all names and notes')
    .addOption(new Option('--type <type>', 'only these').choices(['address', 'tx']))
  action(list, environment, ({ withNode, out }, options) => {
    const type = text(options, 'type') as LabelEntry['type'] | undefined
    return withNode(async (client, signal) => {
      const { items } = await client.labels.list(type === undefined ? {} : { type }, { signal })
      out.data(items, () => labelsText(items))
    })
  })

  const set = label
    .command('set')
    .argument('<ref>', refDescription)
    .argument('<label>', `at most ${contractLimits.maxLabelCharacters} characters`)
    .description('name an address or put a note on a transaction, in the place of what was there')
    .summary('name an address or put a note on a transaction')
  examples(set, 'label set ruvd1… "Power company"', 'label set 8d0c… "rent, March"')
  action(set, environment, ({ withNode, out }, _options, ref, typed) => {
    const entry = { ...placeOf(given(ref)), label: given(typed) }
    return withNode(async (client, signal) => {
      const kept = await client.labels.put(entry, { signal })
      out.data(kept, () => labelsText([kept]))
    })
  })

  const remove = label
    .command('remove')
    .argument('<ref>', refDescription)
    .description('take a name or note away; one that is not there stays away')
    .summary('take a name or note away')
  examples(remove, 'label remove ruvd1…')
  action(remove, environment, ({ withNode, out }, _options, ref) => {
    const place = placeOf(given(ref))
    return withNode(async (client, signal) => {
      const answer = await client.labels.remove(place, { signal })
      out.data(answer, () => (answer.removed ? 'Removed.' : 'There was none.'))
    })
  })

  const importFile = label
    .command('import')
    .argument('<file>', 'a file of labels as wallets exchange them (BIP 329); - for standard input')
    .description('take over names and notes from a file; all of them, or none where one is faulty')
    .summary('take over names and notes from a file')
  examples(importFile, 'label import labels.jsonl', 'gunzip -c labels.jsonl.gz | qudag label import -')
  action(importFile, environment, async ({ withNode, out }, _options, file) => {
    const { items, lines, passedOver } = labelsOf(await readInput(given(file), contractLimits.maxLabelFileBytes))
    await withNode(async (client, signal) => {
      const { imported } = await client.labels.import({ items: [...items] }, { signal }).catch((error: unknown) => {
        throw inLine(error, lines)
      })
      out.data({ imported, passedOver }, () => `Imported: ${imported}`)
      if (passedOver > 0) out.note(`Passed over ${passedOver} lines of other types, or without a label.`)
    })
  })

  const exportFile = label
    .command('export')
    .argument('[file]', 'where to write them, which must not exist yet; left out, to standard output')
    .description('write names and notes as wallets exchange them: BIP 329, one JSON object a line')
    .summary('write names and notes to a file')
  examples(exportFile, 'label export labels.jsonl', 'label export > labels.jsonl')
  action(exportFile, environment, ({ withNode, out, environment: { stdout } }, _options, file) =>
    withNode(async (client, signal) => {
      const { items } = await client.labels.list({}, { signal })
      const lines = labelFileText(items)
      if (file === undefined) {
        // Its form is that of the file, whether or not JSON is asked for.
        stdout.write(lines)
        return
      }
      await writeNewFile(file, new TextEncoder().encode(lines))
      out.data({ file, exported: items.length }, () => `Written to ${file}: ${items.length} labels.`)
    }),
  )
}

/** What a reference is of can be seen. @throws CliError ADDRESS_INVALID */
function placeOf(ref: string): Pick<LabelEntry, 'type' | 'ref'> {
  if (/^[0-9a-f]{64}$/i.test(ref)) return { type: 'tx', ref: ref.toLowerCase() }
  return { type: 'address', ref: addressArgument(ref).address }
}

function labelsText(items: readonly LabelEntry[]): string {
  if (items.length === 0) return 'No labels.'
  return table(
    ['Type', 'Label', 'Of'],
    items.map(({ type, ref, label }) => [type, printable(label), ref]),
  )
}

/** The node numbers entries; a person looks for lines. */
function inLine(error: unknown, lines: readonly number[]): unknown {
  const entry = (error as { data?: { details?: Record<string, unknown> } }).data?.details?.entry
  const line = typeof entry === 'number' ? lines[entry - 1] : undefined
  if (line === undefined) return error
  const { code, message } = failureOf(error)
  return new CliError(code, `Line ${line} of the file: ${message}`, {
    hint: 'Nothing was imported. Mend the line, or leave it out.',
    kind: 'usage',
    cause: error,
  })
}
