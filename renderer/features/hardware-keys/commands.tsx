import { useT } from '../../i18n/index.ts'
import { CopyButton } from '../../ui/index.ts'
import './hardware-keys.css'

/** What is typed in a terminal, one a line. */
export function Commands({ lines }: { readonly lines: readonly string[] }) {
  const t = useT()
  return (
    <ul className="hsm-commands">
      {lines.map((line) => (
        <li key={line}>
          <code>{line}</code>
          <CopyButton text={line} label={t('hsm.copyCommand')} size="small" />
        </li>
      ))}
    </ul>
  )
}
