/** Whether disks can be mounted and network namespaces be made. */
export const isRootOnLinux = (): boolean => process.platform === 'linux' && process.getuid?.() === 0;
