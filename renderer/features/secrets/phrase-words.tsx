import { useEffect, useRef } from 'react'
import { limits } from './limits.ts'
import type { PhraseHolder } from './phrase-holder.ts'
import './secrets.css'

const positions = Array.from({ length: limits.phraseWords }, (_, index) => index + 1)

/**
 * The words in their order. They are written into the page only while they are shown and taken out again; they cannot be
 * selected, copied, dragged or printed, since nothing of that is a piece of paper.
 */
export function PhraseWords({
  phrase,
  isShown,
  label,
}: {
  readonly phrase: PhraseHolder
  readonly isShown: boolean
  readonly label: string
}) {
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    const cells = [...(list.current?.querySelectorAll<HTMLElement>('[data-position]') ?? [])]
    const write = (textOf: (position: number) => string) => {
      for (const cell of cells) cell.textContent = textOf(Number(cell.dataset.position))
    }
    const hide = () => write(() => '')
    if (isShown) write((position) => phrase.word(position))
    else hide()
    return hide
  }, [phrase, isShown])
  const refuse = (event: { preventDefault(): void }) => event.preventDefault()
  return (
    <ol
      ref={list}
      className="phrase-words"
      aria-label={label}
      aria-hidden={!isShown}
      data-hidden={isShown ? undefined : ''}
      translate="no"
      onCopy={refuse}
      onCut={refuse}
      onDragStart={refuse}
      onContextMenu={refuse}
    >
      {positions.map((position) => (
        <li key={position}>
          <span className="phrase-number">{position}</span>
          <span className="phrase-word" data-position={position} />
        </li>
      ))}
    </ol>
  )
}
