import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useT } from '../i18n/index.ts'
import { Button } from './button.tsx'
import './overlay.css'

export interface AlertDialogProps {
  readonly title: string
  readonly isOpen: boolean
  readonly children: ReactNode
  readonly confirmLabel: string
  readonly cancelLabel?: string
  readonly isDangerous?: boolean
  readonly isPending?: boolean
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

/** A question before something that matters. Focus begins at the way back. */
export function AlertDialog({
  title,
  isOpen,
  children,
  confirmLabel,
  cancelLabel,
  isDangerous = false,
  isPending = false,
  onConfirm,
  onCancel,
}: AlertDialogProps) {
  const t = useT()
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onCancel()
      }}
    >
      <Modal className="modal" data-size="small">
        <AriaDialog className="dialog" role="alertdialog">
          <div className="dialog-head">
            <Heading slot="title" className="dialog-title">
              {title}
            </Heading>
          </div>
          <div className="dialog-body">{children}</div>
          <div className="dialog-actions">
            <Button onPress={onCancel} autoFocus>
              {cancelLabel ?? t('ui.cancel')}
            </Button>
            <Button variant={isDangerous ? 'danger' : 'primary'} isPending={isPending} onPress={onConfirm}>
              {confirmLabel}
            </Button>
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
