/* `penbench msa risk`: false accepts and false rejects of a decision rule over a production. */
#ifndef CLI_MSA_RISK_H
#define CLI_MSA_RISK_H

/* argv[0] is "risk". Returns an exit status: 0 done, 2 usage. */
int cmd_msa_risk(int argc, char **argv);

#endif
