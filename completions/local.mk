# SPDX-License-Identifier: GPL-2.0-or-later
# Each shell looks for a file of the command's name in a folder of its own.
EXTRA_DIST += completions/bash/haunt completions/bash/hauntctl \
	completions/zsh/_haunt completions/zsh/_hauntctl \
	completions/fish/haunt.fish completions/fish/hauntctl.fish
if BASH_COMPLETION
bashcompletion_DATA = completions/bash/haunt completions/bash/hauntctl
endif
if ZSH_COMPLETION
zshcompletion_DATA = completions/zsh/_haunt completions/zsh/_hauntctl
endif
if FISH_COMPLETION
fishcompletion_DATA = completions/fish/haunt.fish \
	completions/fish/hauntctl.fish
endif
