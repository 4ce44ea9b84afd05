import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { useT } from '../../i18n/index.ts'
import { limits } from './limits.ts'
import type { TypedWord } from './phrase-check.ts'
import './secrets.css'
import { useWindowFocus } from './use-window-focus.ts'
import { createWordFields, type WordFields } from './word-fields.ts'

export interface WordFieldListProps {
  readonly ref: Ref<WordFields | null>
  /** Numbers of the words, in order. They are those of the first showing. */
  readonly positions: readonly number[]
  readonly label: string
  readonly onChange: (words: readonly TypedWord[]) => void
  readonly onFinished: () => void
  readonly onTooMany?: () => void
}

/** Fields for words of a phrase; see word-fields.ts for why they are not React's. */
export function WordFieldList({ ref, positions, label, onChange, onFinished, onTooMany }: WordFieldListProps) {
  const t = useT()
  const list = useRef<HTMLOListElement>(null)
  const fields = useRef<WordFields | null>(null)
  const latest = useRef({ onChange, onFinished, onTooMany })
  useEffect(() => {
    latest.current = { onChange, onFinished, onTooMany }
  })
  const isLookedAt = useWindowFocus()

  // Once: making the fields anew would empty them.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of language while words are typed leaves their labels as they are
  useEffect(() => {
    if (list.current === null) return
    const made = createWordFields(list.current, {
      positions,
      showsLabels: positions.length < limits.phraseWords,
      labelOf: (position) => t('secrets.restore.word', { position }),
      unknownText: t('secrets.restore.word.unknown'),
      onChange: (words) => latest.current.onChange(words),
      onFinished: () => latest.current.onFinished(),
      onTooMany: () => latest.current.onTooMany?.(),
    })
    fields.current = made
    made.focus(0)
    return () => {
      fields.current = null
      made.destroy()
    }
  }, [])
  useImperativeHandle<WordFields | null, WordFields | null>(
    ref,
    () => ({
      readBytes: () => fields.current?.readBytes() ?? new Uint8Array(),
      wordAt: (field) => fields.current?.wordAt(field) ?? '',
      markWrong: (wrong) => fields.current?.markWrong(wrong),
      focus: (field) => fields.current?.focus(field),
      clear: () => fields.current?.clear(),
      destroy: () => fields.current?.destroy(),
    }),
    [],
  )
  return (
    <ol
      ref={list}
      className="word-fields"
      aria-label={label}
      data-count={positions.length}
      data-veiled={isLookedAt ? undefined : ''}
    />
  )
}
