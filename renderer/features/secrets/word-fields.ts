/**
 * The fields into which words of a phrase are typed: plain elements, because a word must not pass through the state of a
 * component. What leaves is which fields are filled, known or wrong; the words themselves leave as bytes, once, to whoever
 * sends them.
 *
 * Keyboard: letters complete; Enter, Tab, Space and the arrow keys take a suggestion; Space and Enter go on to the next field;
 * Backspace in an empty field goes back. A pasted phrase spreads over the fields from where it was pasted.
 */
import { limits } from './limits.ts'
import { isSeveralWords, wordsIn } from './paste.ts'
import type { TypedWord } from './phrase-check.ts'
import { completions, normalWord, onlyCompletion, wordIndex, wordState } from './word-list.ts'

export interface WordFieldsOptions {
  /** Numbers of the words that are asked for, in order: 1 to 24. */
  readonly positions: readonly number[]
  /** "Word 7", for those who do not see the number before the field. */
  readonly labelOf: (position: number) => string
  /** The whole label before each field, not the number alone. */
  readonly showsLabels: boolean
  /** "Not in the list of words": read with a field that is wrong. */
  readonly unknownText: string
  /** At each change, and when a field is left. */
  readonly onChange: (words: readonly TypedWord[]) => void
  /** Enter in the last field, or in any once all are filled. */
  readonly onFinished: () => void
  /** A paste had more words than there are fields from there on. */
  readonly onTooMany: () => void
}

export interface WordFields {
  /** UTF-8 of all words with single spaces between them. The caller overwrites it. */
  readBytes(): Uint8Array
  /** The word of a field as it is compared: normal form. */
  wordAt(field: number): string
  /** Marks fields as wrong whatever is in them, until they are changed. */
  markWrong(fields: readonly number[]): void
  focus(field: number): void
  /** Empties all fields. */
  clear(): void
  /** Empties them and takes them out of the page. */
  destroy(): void
}

interface Field {
  readonly cell: HTMLLIElement
  readonly input: HTMLInputElement
  left: boolean
  wrong: boolean
}

let lastId = 0

export function createWordFields(list: HTMLOListElement, options: WordFieldsOptions): WordFields {
  lastId += 1
  const idPrefix = `word-${lastId}`
  const faultText = hiddenItem(`${idPrefix}-fault`, options.unknownText)
  const suggestions = createSuggestions(`${idPrefix}-suggestions`)
  const abort = new AbortController()
  const { signal } = abort
  const fields = options.positions.map((position) => createField(position))
  list.replaceChildren(...fields.map(({ cell }) => cell), faultText)

  function createField(position: number): Field {
    const cell = document.createElement('li')
    cell.className = 'word-field'
    const number = document.createElement('span')
    number.className = 'word-field-number'
    number.setAttribute('aria-hidden', 'true')
    number.textContent = options.showsLabels ? options.labelOf(position) : String(position)
    const input = document.createElement('input')
    input.type = 'text'
    input.className = 'word-field-input'
    input.setAttribute('aria-label', options.labelOf(position))
    for (const [name, value] of Object.entries(inputAttributes)) input.setAttribute(name, value)
    cell.append(number, input)
    return { cell, input, left: false, wrong: false }
  }

  function words(): TypedWord[] {
    return fields.map(({ input, left, wrong }) => {
      const state = wrong ? 'unknown' : wordState(input.value, left)
      return { state, index: state === 'known' ? wordIndex(normalWord(input.value)) : -1 }
    })
  }

  function show(): void {
    const states = words()
    for (const [at, field] of fields.entries()) {
      const state = states[at]?.state ?? 'empty'
      field.cell.dataset.state = state
      if (state === 'unknown') {
        field.input.setAttribute('aria-invalid', 'true')
        field.input.setAttribute('aria-describedby', faultText.id)
      } else {
        field.input.removeAttribute('aria-invalid')
        field.input.removeAttribute('aria-describedby')
      }
    }
    options.onChange(states)
  }

  const focus = (at: number) => {
    const input = fields[at]?.input
    input?.focus()
    input?.select()
  }

  const put = (field: Field, word: string) => {
    field.input.value = word
    field.wrong = false
    suggestions.close()
  }

  const isFilled = () => words().every(({ state }) => state === 'known')

  function goOn(at: number): void {
    if (at + 1 < fields.length) focus(at + 1)
    else fields[at]?.input.blur()
  }

  /** The suggestion that is chosen, else the only word that it can be. */
  function settled(field: Field): string | undefined {
    return suggestions.chosen(field.input) ?? onlyCompletion(normalWord(field.input.value))
  }

  function spread(at: number, text: string): void {
    const pasted = wordsIn(text)
    const room = fields.length - at
    for (const [offset, word] of pasted.slice(0, room).entries()) {
      const field = fields[at + offset]
      if (field === undefined) continue
      put(field, word)
      field.left = true
    }
    show()
    if (pasted.length > room) options.onTooMany()
    focus(Math.min(at + pasted.length, fields.length) - 1)
  }

  for (const [at, field] of fields.entries()) {
    const { input, cell } = field
    const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void) =>
      input.addEventListener(type, listener, { signal })

    on('input', () => {
      field.wrong = false
      field.left = false
      // Dropped or inserted by an assistive tool, several words come as one input.
      if (isSeveralWords(input.value)) {
        const text = input.value
        input.value = ''
        spread(at, text)
        return
      }
      suggestions.open(cell, input, completions(normalWord(input.value)), (word) => {
        put(field, word)
        field.left = true
        show()
        goOn(at)
      })
      show()
    })

    on('paste', (event) => {
      const text = event.clipboardData?.getData('text') ?? ''
      event.preventDefault()
      spread(at, text)
    })

    // A phrase is not for the clipboard, where every program reads it.
    on('copy', (event) => event.preventDefault())
    on('cut', (event) => event.preventDefault())

    on('blur', () => {
      field.left = true
      const only = onlyCompletion(normalWord(input.value))
      if (only !== undefined && normalWord(input.value).length >= limits.decidingLetters) input.value = only
      suggestions.close()
      show()
    })

    on('keydown', (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
      switch (event.key) {
        case 'ArrowDown':
        case 'ArrowUp':
          if (suggestions.move(input, event.key === 'ArrowDown' ? 1 : -1)) event.preventDefault()
          return
        case 'Escape':
          // The dialog around the fields must not close for it.
          if (suggestions.close()) event.stopPropagation()
          return
        case 'Enter':
        case ' ': {
          event.preventDefault()
          const word = settled(field)
          if (word !== undefined) put(field, word)
          field.left = true
          show()
          if (event.key === 'Enter' && (isFilled() || at === fields.length - 1)) options.onFinished()
          else if (normalWord(input.value) !== '') goOn(at)
          return
        }
        case 'Tab': {
          const word = event.shiftKey ? undefined : settled(field)
          if (word !== undefined) put(field, word)
          return
        }
        case 'Backspace':
          if (input.value === '' && at > 0) {
            event.preventDefault()
            focus(at - 1)
          }
          return
        default:
      }
    })
  }

  const clear = () => {
    suggestions.close()
    for (const field of fields) {
      field.input.value = ''
      field.left = false
      field.wrong = false
    }
  }

  show()
  return {
    readBytes() {
      const encoder = new TextEncoder()
      // Word by word: the phrase as a whole never is a string.
      const parts = fields.map(({ input }) => encoder.encode(normalWord(input.value)))
      const phrase = new Uint8Array(parts.reduce((length, part) => length + part.length + 1, -1))
      phrase.fill(0x20)
      let at = 0
      for (const part of parts) {
        phrase.set(part, at)
        at += part.length + 1
        part.fill(0)
      }
      return phrase
    },
    wordAt: (field) => normalWord(fields[field]?.input.value ?? ''),
    markWrong(wrongFields) {
      for (const at of wrongFields) {
        const field = fields[at]
        if (field !== undefined) field.wrong = true
      }
      show()
    },
    focus,
    clear() {
      clear()
      show()
    },
    destroy() {
      abort.abort()
      clear()
      list.replaceChildren()
    },
  }
}

/** Nothing that keeps, corrects, translates or sends what is typed. */
const inputAttributes = {
  autocomplete: 'off',
  autocapitalize: 'none',
  autocorrect: 'off',
  spellcheck: 'false',
  translate: 'no',
  'data-1p-ignore': '',
  'data-lpignore': 'true',
  role: 'combobox',
  'aria-autocomplete': 'list',
  'aria-expanded': 'false',
}

/** Not shown and not counted, and still what a field's description refers to. */
function hiddenItem(id: string, text: string): HTMLElement {
  const element = document.createElement('li')
  element.id = id
  element.hidden = true
  element.textContent = text
  return element
}

/** One list of suggestions, which stands under the field that is typed into (ARIA 1.2, "combobox"). */
function createSuggestions(id: string) {
  const box = document.createElement('ul')
  box.id = id
  box.className = 'word-suggestions'
  box.setAttribute('role', 'listbox')
  let owner: HTMLInputElement | undefined
  let choice = -1

  const mark = () => {
    for (const [at, item] of [...box.children].entries()) {
      item.setAttribute('aria-selected', String(at === choice))
      if (at === choice) owner?.setAttribute('aria-activedescendant', item.id)
    }
    if (choice < 0) owner?.removeAttribute('aria-activedescendant')
  }

  const close = (): boolean => {
    const wasOpen = owner !== undefined
    owner?.setAttribute('aria-expanded', 'false')
    owner?.removeAttribute('aria-controls')
    owner?.removeAttribute('aria-activedescendant')
    owner = undefined
    choice = -1
    box.replaceChildren()
    box.remove()
    return wasOpen
  }

  return {
    close,
    open(cell: HTMLElement, input: HTMLInputElement, words: readonly string[], onPick: (word: string) => void): void {
      close()
      if (words.length === 0 || (words.length === 1 && words[0] === normalWord(input.value))) return
      owner = input
      box.replaceChildren(
        ...words.map((word, at) => {
          const item = document.createElement('li')
          item.id = `${id}-${at}`
          item.setAttribute('role', 'option')
          item.textContent = word
          // Before the field loses the focus, which would close the list.
          item.addEventListener('mousedown', (event) => {
            event.preventDefault()
            onPick(word)
          })
          return item
        }),
      )
      cell.append(box)
      input.setAttribute('aria-expanded', 'true')
      input.setAttribute('aria-controls', id)
      mark()
    },
    /** True where the list was there to move in. */
    move(input: HTMLInputElement, by: 1 | -1): boolean {
      if (owner !== input) return false
      const count = box.children.length
      choice = choice < 0 && by < 0 ? count - 1 : (choice + by + count) % count
      mark()
      return true
    },
    chosen(input: HTMLInputElement): string | undefined {
      return owner === input && choice >= 0 ? (box.children[choice]?.textContent ?? undefined) : undefined
    },
  }
}
