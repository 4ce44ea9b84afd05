import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useT } from '../i18n/index.ts'
import { Button } from './button.tsx'
import { IconButton } from './icon-button.tsx'

/** How long it says that it has copied, ms: long enough to be seen after a glance at the keyboard. */
const copiedMs = 1_600

export interface CopyButtonProps {
  readonly text: string
  /** What is copied: "Copy address". */
  readonly label: string
  /** Of the icon alone: `small` for rows. */
  readonly size?: 'small' | 'medium'
  /** With the label beside the icon. */
  readonly isWordy?: boolean
  /** Left out, the clipboard of the browser. Never for a secret: other programs read the clipboard. */
  readonly copy?: (text: string) => Promise<void>
}

export function CopyButton({ text, label, size = 'medium', isWordy = false, copy }: CopyButtonProps) {
  const t = useT()
  const [outcome, setOutcome] = useState<'copied' | 'failed' | undefined>()
  useEffect(() => {
    if (outcome === undefined) return
    const timer = setTimeout(() => setOutcome(undefined), copiedMs)
    return () => clearTimeout(timer)
  }, [outcome])
  const press = (): void => {
    const work = copy === undefined ? navigator.clipboard.writeText(text) : copy(text)
    work.then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    )
  }
  const icon = outcome === 'copied' ? Check : Copy
  const said = outcome === 'copied' ? t('ui.copied') : outcome === 'failed' ? t('ui.copyFailed') : ''
  return (
    <>
      {isWordy ? (
        <Button icon={icon} onPress={press} size="small">
          {said === '' ? label : said}
        </Button>
      ) : (
        <IconButton label={said === '' ? label : said} icon={icon} size={size} onPress={press} />
      )}
      <span role="status" className="visually-hidden">
        {said}
      </span>
    </>
  )
}
