import { type FormEvent, type ReactNode, useId } from 'react'
import './secrets.css'

export interface FormFrameProps {
  readonly children: ReactNode
  /** Buttons, the one that goes on last. */
  readonly actions: ReactNode
  readonly onSubmit: () => void
}

/** A form whose Enter does what its last button does, and which nothing outside fills in, remembers or sends. */
export function FormFrame({ children, actions, onSubmit }: FormFrameProps) {
  const id = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // A form inside a dialog of a form: events of the page's tree go up through it.
    event.stopPropagation()
    onSubmit()
  }
  return (
    <form id={id} className="secret-form" noValidate autoComplete="off" onSubmit={submit}>
      <div className="secret-form-body">{children}</div>
      <div className="secret-form-actions">{actions}</div>
    </form>
  )
}
