/** A file of labels (BIP 329), with its faults in words. */
import { type LabelFile, type LabelFileFault, readLabelFile } from '../api/contract/index.ts'
import { type CliError, usageError } from './errors.ts'

type Labels = Extract<LabelFile, { kind: 'labels' }>

const faults: Readonly<Record<LabelFileFault, string>> = {
  'not-json': 'is not JSON',
  'not-an-object': 'is not a JSON object',
  'line-too-long': 'is too long',
  'no-type': 'has no type',
  'no-ref': 'has no ref',
  'ref-too-long': 'has a ref that is too long',
  'no-label': 'has a label that is not text',
  'label-too-long': 'has a label that is too long',
}

/** @throws CliError LABEL_FILE_INVALID (usage), with the first faulty line */
export function labelsOf(bytes: Uint8Array): Labels {
  const file = readLabelFile(bytes)
  switch (file.kind) {
    case 'labels':
      return file
    case 'faulty': {
      const [first] = file.problems
      const others = file.faultyLines > 1 ? `, and ${file.faultyLines - 1} more are faulty` : ''
      throw invalid(first === undefined ? 'A line is faulty.' : `Line ${first.line} ${faults[first.fault]}${others}.`)
    }
    case 'too-large':
      throw invalid(`The file is longer than ${file.maxBytes} bytes.`)
    case 'too-many':
      throw invalid(`The file has more than ${file.maxLabels} labels.`)
    case 'not-text':
      throw invalid('The file is not UTF-8 text.')
  }
}

function invalid(message: string): CliError {
  return usageError(message, 'Nothing was imported.', 'LABEL_FILE_INVALID')
}
