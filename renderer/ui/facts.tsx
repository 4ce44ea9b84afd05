import { Fragment, type ReactNode } from 'react'
import './chip.css'

export interface Fact {
  readonly label: string
  readonly value: ReactNode
}

/** Names and values, one a line. */
export function Facts({ items }: { readonly items: readonly Fact[] }) {
  return (
    <dl className="facts">
      {items.map(({ label, value }) => (
        <Fragment key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
