import { useRef, useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { Button } from '../../ui/index.ts'
import { drawPositions } from './draw-positions.ts'
import { FormFrame } from './form-frame.tsx'
import { limits } from './limits.ts'
import type { PhraseHolder } from './phrase-holder.ts'
import { WordFieldList } from './word-field-list.tsx'
import type { WordFields } from './word-fields.ts'

export interface CheckStepProps {
  readonly phrase: PhraseHolder
  onBack(): void
  onChecked(): void
  onLeave(): void
}

/** Some of the words typed back, others each time: it shows that the paper has them, and where. */
export function CheckStep({ phrase, onBack, onChecked, onLeave }: CheckStepProps) {
  const t = useT()
  const fields = useRef<WordFields>(null)
  const [positions] = useState(() =>
    drawPositions(limits.confirmedWords, phrase.wordCount, (target) => crypto.getRandomValues(target)),
  )
  const [filled, setFilled] = useState(0)
  const [fault, setFault] = useState<'missing' | number>()

  const submit = () => {
    const typed = fields.current
    if (typed === null) return
    const wrong = positions.flatMap((position, at) => (phrase.matches(position, typed.wordAt(at)) ? [] : [at]))
    if (wrong.length === 0) {
      typed.clear()
      onChecked()
    } else if (filled < positions.length) {
      setFault('missing')
      typed.focus(wrong[0] ?? 0)
    } else {
      typed.markWrong(wrong)
      setFault(wrong.length)
      typed.focus(wrong[0] ?? 0)
    }
  }
  const count = positions.length
  return (
    <FormFrame
      onSubmit={submit}
      actions={
        <>
          <Button variant="quiet" onPress={onLeave}>
            {t('secrets.cancel')}
          </Button>
          <span className="grow" />
          <Button onPress={onBack}>{t('secrets.back')}</Button>
          <Button type="submit" variant="primary">
            {t('secrets.create.check.submit')}
          </Button>
        </>
      }
    >
      <p>{t('secrets.create.check.intro', { count })}</p>
      <WordFieldList
        ref={fields}
        positions={positions}
        label={t('secrets.create.check.intro', { count })}
        onChange={(words) => {
          setFilled(words.filter(({ state }) => state !== 'empty').length)
          if (fault !== undefined && !words.some(({ state }) => state === 'unknown')) setFault(undefined)
        }}
        onFinished={submit}
      />
      <p role="alert" className="secret-error">
        {fault === 'missing' && t('secrets.create.check.missing', { count })}
        {typeof fault === 'number' && t('secrets.create.check.wrong', { count: fault })}
      </p>
    </FormFrame>
  )
}
