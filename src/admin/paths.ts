export const ADMIN_PATHS = {
  home: '/admin',
  signIn: '/admin/sign-in',
  link: '/admin/link',
  /** Takes the ticket that a launch gave. */
  ticket: '/admin/ticket',
  signOut: '/admin/sign-out',
  audit: '/admin/audit',
  auditCsv: '/admin/audit.csv',
  settings: '/admin/settings',
  endSession: '/admin/settings/sessions/end',
  makeLink: '/admin/settings/links',
  launches: '/admin/launches',
  platforms: '/admin/platforms',
  courses: '/admin/courses',
} as const;
