import { TriangleAlert } from 'lucide-react'
import { Component, type ErrorInfo, type ReactNode } from 'react'
import { translate } from '../i18n/index.ts'
import { Button, EmptyState } from '../ui/index.ts'

export interface ErrorBoundaryProps {
  /** Another one, and the content is tried again: the place that is shown. */
  readonly place: string
  readonly children: ReactNode
}

interface ErrorBoundaryState {
  readonly failedPlace: string | null
}

/**
 * A fault of the program in a view takes that view away, not the window. What the fault says is not shown: it may hold
 * what somebody typed.
 */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { failedPlace: null }

  static getDerivedStateFromProps(props: ErrorBoundaryProps, state: ErrorBoundaryState): ErrorBoundaryState | null {
    return state.failedPlace !== null && state.failedPlace !== props.place ? { failedPlace: null } : null
  }

  static getDerivedStateFromError(): ErrorBoundaryState {
    return { failedPlace: '' }
  }

  override componentDidCatch(_error: Error, _info: ErrorInfo): void {
    this.setState({ failedPlace: this.props.place })
  }

  override render(): ReactNode {
    if (this.state.failedPlace === null) return this.props.children
    return (
      <div role="alert">
        <EmptyState
          icon={TriangleAlert}
          title={translate('app.fault.title')}
          text={translate('app.fault.text')}
          action={
            <>
              <Button variant="primary" onPress={() => this.setState({ failedPlace: null })}>
                {translate('app.fault.again')}
              </Button>
              <Button onPress={() => location.reload()}>{translate('app.fault.reload')}</Button>
            </>
          }
        />
      </div>
    )
  }
}
