export const ADMIN_PATHS = {
  home: '/admin',
  signIn: '/admin/sign-in',
  link: '/admin/link',
  signOut: '/admin/sign-out',
  audit: '/admin/audit',
  auditCsv: '/admin/audit.csv',
  settings: '/admin/settings',
  endSession: '/admin/settings/sessions/end',
  launches: '/admin/launches',
} as const;
