#include "results/write_story.h"

void write_story_free(WriteStory *story)
{
    g_free(story->scenario);
    g_free(story->asker);
    g_free(story->what);
    g_array_unref(story->marks);
    g_free(story);
}
