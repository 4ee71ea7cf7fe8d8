npx assay score sst_decadal_ensemble.csv --observation observation --members 'member_*' --by system
npx assay calibration breast_cancer_oof.csv --label label --probability p_logreg
npx assay tournament atari_agent57.csv --simulations 20000 --eliminate 1
echo '{"id": 1, "function": "crps_normal", "args": {"observations": [0.3], "mu": 0, "sigma": 1}}' | npx assay eval
