import type { LucideIcon } from 'lucide-react'
import type { ReactNode, Ref } from 'react'
import { Button as AriaButton, type PressEvent } from 'react-aria-components'
import './button.css'
import { classes } from './classes.ts'
import { Spinner } from './spinner.tsx'

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger'

export interface ButtonProps {
  readonly children: ReactNode
  /** One `primary` a view; `danger` for what cannot be undone. Default `secondary`. */
  readonly variant?: ButtonVariant
  readonly size?: 'small' | 'medium' | 'large'
  readonly icon?: LucideIcon
  /** Under way: shows a spinner, keeps its focus, and is not pressed a second time. */
  readonly isPending?: boolean
  readonly isDisabled?: boolean
  readonly type?: 'button' | 'submit'
  /** Id of the form that it submits from outside, in a dialog's actions. */
  readonly form?: string
  readonly onPress?: (event: PressEvent) => void
  readonly autoFocus?: boolean
  readonly isWide?: boolean
  readonly className?: string
  readonly 'aria-label'?: string
  readonly 'aria-describedby'?: string
  readonly ref?: Ref<HTMLButtonElement>
}

export function Button({
  children,
  variant = 'secondary',
  size = 'medium',
  icon: Icon,
  isPending = false,
  isWide = false,
  className,
  ...rest
}: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      isPending={isPending}
      className={classes('button', isWide && 'button-wide', className)}
      data-variant={variant}
      data-size={size}
    >
      {isPending ? <Spinner size={16} /> : Icon !== undefined && <Icon size={16} aria-hidden />}
      <span className="button-text">{children}</span>
    </AriaButton>
  )
}
