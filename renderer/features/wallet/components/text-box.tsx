import { classes } from '../../../ui/index.ts'

/** Text as it is, to be read or selected: it scrolls where it is long. */
export function TextBox({
  label,
  text,
  isCode = false,
}: {
  readonly label: string
  readonly text: string
  /** Keys, documents: in even letters. */
  readonly isCode?: boolean
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1)
    <section className={classes('wallet-text', isCode && 'wallet-code')} tabIndex={0} aria-label={label}>
      <pre dir={isCode ? undefined : 'auto'}>{text}</pre>
    </section>
  )
}
