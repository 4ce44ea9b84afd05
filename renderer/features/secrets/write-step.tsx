import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { Button } from '../../ui/index.ts'
import { FormFrame } from './form-frame.tsx'
import type { PhraseHolder } from './phrase-holder.ts'
import { PhraseWords } from './phrase-words.tsx'
import { useWindowFocus } from './use-window-focus.ts'

export interface WriteStepProps {
  readonly phrase: PhraseHolder
  onWritten(): void
  onLeave(): void
}

/** The words, hidden until they are asked for and whenever the window is not the one that is used. */
export function WriteStep({ phrase, onWritten, onLeave }: WriteStepProps) {
  const t = useT()
  const isLookedAt = useWindowFocus()
  const [isRevealed, setRevealed] = useState(false)
  const [wasRevealed, setWasRevealed] = useState(false)
  const [isTooEarly, setTooEarly] = useState(false)
  const isShown = isRevealed && isLookedAt
  // Looked away: shown again only when asked for again.
  if (isRevealed && !isLookedAt) setRevealed(false)

  const reveal = () => {
    setRevealed(true)
    setWasRevealed(true)
    setTooEarly(false)
  }
  return (
    <FormFrame
      onSubmit={() => (wasRevealed ? onWritten() : setTooEarly(true))}
      actions={
        <>
          <Button variant="quiet" onPress={onLeave}>
            {t('secrets.cancel')}
          </Button>
          <Button type="submit" variant="primary">
            {t('secrets.create.write.done')}
          </Button>
        </>
      }
    >
      <p>{t('secrets.create.write.intro')}</p>
      <div className="phrase-frame">
        <PhraseWords phrase={phrase} isShown={isShown} label={t('secrets.create.write.list')} />
        {!isShown && (
          <div className="phrase-cover">
            <Button icon={Eye} onPress={reveal} autoFocus>
              {t('secrets.create.write.reveal')}
            </Button>
            <span className="muted small">{t('secrets.create.write.hidden')}</span>
          </div>
        )}
      </div>
      <div className="phrase-below">
        <span role="alert" className="secret-error">
          {isTooEarly && t('secrets.create.write.first')}
        </span>
        {isShown && (
          <Button variant="quiet" size="small" icon={EyeOff} onPress={() => setRevealed(false)}>
            {t('secrets.create.write.hide')}
          </Button>
        )}
      </div>
    </FormFrame>
  )
}
