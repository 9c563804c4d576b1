"""PPO on Accelerate: actor, critic, frozen reference and reward model (TRL 1.16 has none).

Schulman et al. 2017 for the clipped update, Schulman et al. 2016 for the advantages, Ouyang et al.
2022 for the whole. Data parallel only: each process holds all four networks.
"""

from trainer.ppo.build import train

__all__ = ["train"]
