import type { ReactNode } from 'react'
import { useT } from '../i18n/index.ts'
import { TextField, type TextFieldProps } from './text-field.tsx'

export interface AmountFieldProps extends Omit<TextFieldProps, 'inputMode' | 'suffix' | 'mono' | 'multiline' | 'rows'> {
  /** Beside the unit: a button for the most there is. */
  readonly action?: ReactNode
}

/** An amount of rUv as text: what it means is for parseAmount of renderer/i18n. */
export function AmountField({ action, ...rest }: AmountFieldProps) {
  const t = useT()
  return (
    <TextField
      {...rest}
      inputMode="decimal"
      suffix={
        <>
          {t('ui.unit')}
          {action}
        </>
      }
    />
  )
}
