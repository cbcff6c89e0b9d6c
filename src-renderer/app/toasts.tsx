import { dropToast, useWindow } from '../state/window'
import { Toast, ToastProvider, ToastViewport } from '../ui/toast'

/** Short messages that go by themselves. */
export function Toasts() {
  const toasts = useWindow((state) => state.toasts)
  return (
    <ToastProvider label="Message" swipeDirection="down">
      {toasts.map(({ id, text, duration, action }) => (
        <Toast key={id} text={text} duration={duration} action={action} onGone={() => dropToast(id)} />
      ))}
      <ToastViewport />
    </ToastProvider>
  )
}
