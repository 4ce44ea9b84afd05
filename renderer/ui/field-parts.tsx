/** What every field has around its input: label, description, error. */
import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { FieldError, Label, Text } from 'react-aria-components'
import './field.css'

export function FieldLabel({ children, aside }: { readonly children: ReactNode; readonly aside?: ReactNode }) {
  return (
    <div className="field-label">
      <Label>{children}</Label>
      {aside !== undefined && <span className="field-aside">{aside}</span>}
    </div>
  )
}

export function FieldNotes({
  description,
  error,
}: {
  readonly description?: ReactNode
  readonly error?: string | undefined
}) {
  return (
    <>
      {description !== undefined && error === undefined && (
        <Text slot="description" className="field-description">
          {description}
        </Text>
      )}
      {/* Stays in the page, so that its text is announced when it comes. */}
      <div aria-live="polite">
        {error !== undefined && (
          <FieldError className="field-error">
            <CircleAlert size={14} aria-hidden />
            <span>{error}</span>
          </FieldError>
        )}
      </div>
    </>
  )
}
