/* The page's style sheet: light and dark by the reader's preference, paper when printed. No colour
 * carries a meaning alone; the pair blue and vermilion is told apart by colour-blind people (M.
 * Okabe and K. Ito, "Color universal design", 2008). */
#ifndef REPORTS_STYLE_H
#define REPORTS_STYLE_H

extern const char report_style[];

#endif
