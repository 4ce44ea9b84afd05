import type { LucideIcon } from 'lucide-react'
import type { Ref } from 'react'
import { Button as AriaButton, type PressEvent } from 'react-aria-components'
import './button.css'
import { classes } from './classes.ts'
import { Tooltip } from './tooltip.tsx'

export interface IconButtonProps {
  /** What it does: its name, and its tooltip. */
  readonly label: string
  readonly icon: LucideIcon
  readonly onPress?: (event: PressEvent) => void
  readonly isDisabled?: boolean
  readonly variant?: 'quiet' | 'outlined'
  readonly size?: 'small' | 'medium'
  readonly className?: string
  /** Of a toggle: whether it is on. */
  readonly 'aria-pressed'?: boolean
  readonly 'aria-expanded'?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

export function IconButton({
  label,
  icon: Icon,
  variant = 'quiet',
  size = 'medium',
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={classes('icon-button', className)}
        data-variant={variant}
        data-size={size}
      >
        <Icon size={size === 'small' ? 14 : 16} aria-hidden />
      </AriaButton>
    </Tooltip>
  )
}
