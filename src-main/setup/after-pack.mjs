import { chmodSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What electron-builder does not do: takes away the app that an Electron may carry beside ours, and lets the launcher be run.
 * @param {{ appOutDir: string, electronPlatformName: string, packager: { appInfo: { productFilename: string } } }} context
 */
export default function afterPack({ appOutDir, electronPlatformName, packager }) {
  const inside =
    electronPlatformName === 'darwin' ? [`${packager.appInfo.productFilename}.app`, 'Contents', 'Resources'] : ['resources']
  const resources = join(appOutDir, ...inside)
  for (const other of ['app', 'default_app.asar']) rmSync(join(resources, other), { recursive: true, force: true })
  const launcher = join(resources, 'bin', 'tim')
  if (existsSync(launcher)) chmodSync(launcher, 0o755)
}
