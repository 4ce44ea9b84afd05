import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useT } from '../i18n/index.ts'
import { IconButton } from './icon-button.tsx'
import './overlay.css'

export interface DialogProps {
  readonly title: string
  readonly isOpen: boolean
  /** Asked to close: Escape, the cross, a press beside it. Left out, only the holder closes it. */
  readonly onClose?: () => void
  readonly size?: 'small' | 'medium' | 'large'
  readonly children: ReactNode
  /** Buttons below the content, the one that goes on last. */
  readonly actions?: ReactNode
  /** A press beside it does nothing: something typed would be lost. */
  readonly keepsOnOutsidePress?: boolean
}

export function Dialog({
  title,
  isOpen,
  onClose,
  size = 'medium',
  children,
  actions,
  keepsOnOutsidePress = false,
}: DialogProps) {
  const t = useT()
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose?.()
      }}
      isDismissable={onClose !== undefined && !keepsOnOutsidePress}
      isKeyboardDismissDisabled={onClose === undefined}
    >
      <Modal className="modal" data-size={size}>
        <AriaDialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title" className="dialog-title">
              {title}
            </Heading>
            {onClose !== undefined && <IconButton label={t('ui.close')} icon={X} onPress={onClose} />}
          </div>
          <div className="dialog-body">{children}</div>
          {actions !== undefined && <div className="dialog-actions">{actions}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
