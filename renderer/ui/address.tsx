import './address.css'
import { useT } from '../i18n/index.ts'
import { addressChunks, elidedChunks } from './address-chunks.ts'
import { CopyButton } from './copy-button.tsx'

export interface AddressProps {
  readonly value: string
  /** The ends alone, for rows; the whole is what is copied, and what a hovering pointer is shown. */
  readonly isElided?: boolean
  readonly hasCopyButton?: boolean
  /** Of that button; left out, it says that it copies an address. */
  readonly copyLabel?: string
}

/**
 * An address or hash in groups of four. The gaps are space between elements, not characters: what is selected and copied
 * is the address itself.
 */
export function Address({ value, isElided = false, hasCopyButton = false, copyLabel }: AddressProps) {
  const t = useT()
  const elided = isElided ? elidedChunks(value) : undefined
  return (
    <span className="address" data-elided={elided === undefined ? undefined : ''}>
      <code title={elided === undefined ? undefined : value}>
        <Chunks chunks={elided?.start ?? addressChunks(value)} />
        {elided !== undefined && (
          <>
            <span className="address-gap">…</span>
            <Chunks chunks={elided.end} />
          </>
        )}
      </code>
      {hasCopyButton && (
        <CopyButton text={value} size={isElided ? 'small' : 'medium'} label={copyLabel ?? t('ui.address.copy')} />
      )}
    </span>
  )
}

function Chunks({ chunks }: { readonly chunks: readonly string[] }) {
  return chunks.map((chunk, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text stand where they stand
    <span key={index} className="address-chunk">
      {chunk}
    </span>
  ))
}
