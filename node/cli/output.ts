/**
 * Where things go: data to stdout, everything else to stderr, so that a pipe carries data alone. With --json the data is
 * one JSON value a line; without, it is for reading.
 */
import type { Failure } from './errors.ts'

export interface OutputStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface OutputOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly color: boolean
  /** What to type to call this program; texts say `qudag`. */
  readonly program: string
  readonly stdout: OutputStream
  readonly stderr: OutputStream
}

export type Tone = 'good' | 'bad' | 'warn' | 'strong' | 'dim'

export interface Output {
  readonly json: boolean
  /** True where somebody watches stderr, so that a line may be redrawn. */
  readonly interactive: boolean
  /** The command's answer. @param human called only where it is shown */
  data(value: unknown, human: () => string): void
  /** What helps a person and is no part of the answer. */
  note(text: string): void
  /** Redraws one line on stderr; nothing where nobody watches. */
  progress(text: string): void
  /** Removes that line. */
  clearProgress(): void
  failure(failure: Failure): void
  /** Colours text for stdout where it is wanted. */
  paint(tone: Tone, text: string): string
}

const sgr: Readonly<Record<Tone, string>> = { good: '32', bad: '31', warn: '33', strong: '1', dim: '2' }

export function createOutput({ json, quiet, color, program, stdout, stderr }: OutputOptions): Output {
  const interactive = stderr.isTTY === true && !json && !quiet
  // Only where a command follows: "qudag vault unlock", not "a qudag node".
  const typed = (text: string): string => text.replace(/(?<=: )qudag (?=[a-z-])/g, `${program} `)
  let progressShown = false
  const clearProgress = (): void => {
    if (progressShown) stderr.write('\r\u001b[2K')
    progressShown = false
  }
  return {
    json,
    interactive,
    data(value, human) {
      clearProgress()
      stdout.write(json ? `${JSON.stringify(value)}\n` : withNewline(human()))
    },
    note(text) {
      if (quiet || json) return
      clearProgress()
      stderr.write(withNewline(typed(text)))
    },
    progress(text) {
      if (!interactive) return
      const width = Math.max(20, (stderr.columns ?? 80) - 1)
      stderr.write(`\r\u001b[2K${text.slice(0, width)}`)
      progressShown = true
    },
    clearProgress,
    failure({ code, message, hint: said }) {
      clearProgress()
      const hint = typed(said)
      if (json) stderr.write(`${JSON.stringify({ error: { code, message, hint } })}\n`)
      else stderr.write(`${message}\n${hint === '' ? '' : `${hint}\n`}(${code})\n`)
    },
    paint(tone, text) {
      return color && stdout.isTTY === true && !json ? `\u001b[${sgr[tone]}m${text}\u001b[0m` : text
    },
  }
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

/** "Key    value" lines; entries without a value are left out. */
export function fields(entries: readonly (readonly [string, string | undefined])[]): string {
  const shown = entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined)
  const width = Math.max(0, ...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd()).join('\n')
}

/** Columns under their headings. @param right columns aligned to the right, by number from 0 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] as number
        return right.includes(column) ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [line(headings), ...rows.map(line)].join('\n')
}

/**
 * Text of others (labels, memos, log entries) for a terminal: control characters and direction marks could redraw what
 * was shown before, so they appear as escapes.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
  )
}
