# Long campaigns (scripts/campaign); each goes on where it was stopped, and ends in a table.
# SEEDS=N takes N seeds instead of all.

.PHONY: campaign-accuracy campaign-coverage campaign-defects campaign-healthy campaign-determinism campaign-heartbeat campaign-fuzz campaign-replay campaign-kills campaign-edits

campaign-accuracy: all     ## measured against truth: 100 drawn stations, 20 ideal ones
	@scripts/campaign accuracy $(if $(SEEDS),--slice $(SEEDS))

campaign-coverage: all     ## the true value inside value +- U, as often as U says: 500 stations and pens
	@scripts/campaign coverage $(if $(SEEDS),--slice $(SEEDS))

campaign-defects: all      ## every defect caught on 10 pens, by the clause it was promised by
	@scripts/campaign defects $(if $(SEEDS),--slice $(SEEDS))

campaign-healthy: all      ## 200 healthy pens, at most one false reject
	@scripts/campaign healthy $(if $(SEEDS),--slice $(SEEDS))

campaign-determinism: all  ## the same bytes on a busy host and with other packet sizes
	@scripts/campaign determinism $(if $(SEEDS),--slice $(SEEDS))

campaign-heartbeat: all    ## 20 plans in wall time on a busy host: the dead-man is fed within 100 ms
	@scripts/campaign heartbeat $(if $(SEEDS),--slice $(SEEDS))

campaign-fuzz: all         ## MINUTES=10 of each fuzz target, clean under ASan and UBSan (needs clang)
	@command -v clang >/dev/null || { echo "campaign-fuzz needs clang: apt-get install clang" >&2; exit 2; }
	@$(MAKE) --no-print-directory FUZZ=1 fuzz-programs
	@scripts/campaign fuzz

campaign-replay: all       ## 20 whole runs replayed to the last bit at 8x; 200 stored runs by a spec in 2 s
	@scripts/campaign replay $(if $(SEEDS),--slice $(SEEDS))

campaign-kills: all        ## kill -9 at 300 moments of a run: what was shown is kept (KILLS=N)
	@KILLS=$(or $(KILLS),300) PENBENCH_BUILD=$(BUILD) prove -v scripts/tests/record_kill.t

campaign-edits: $(BUILD)/bench/record/verify_test ## 1000 byte edits that change a record, all found (EDITS=N SEED=N)
	@EDITS=$(or $(EDITS),1000) SEED=$(or $(SEED),1) $<
